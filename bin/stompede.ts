#!/usr/bin/env node
import { main } from '../src/cli/main.js';
import { commandLineEnv } from '../src/shared/env.js';

await main(commandLineEnv());
