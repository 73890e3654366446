import { describeFailingTargets } from './support/failing-targets.js';

// With the other client they are in test/truth.
describeFailingTargets('native');
