import { describeFailingTargets } from '../support/failing-targets.js';

describeFailingTargets('stompjs');
