#!/usr/bin/env node
import { main } from '../src/cli/main.js';
import { realEnv } from '../src/shared/env.js';

await main(realEnv());
