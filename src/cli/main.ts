import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { BaselineUpdateOptions } from './baseline-command.js';
import type { BrokerCommandOptions } from './broker-command.js';
import type { CompareCommandOptions } from './compare-command.js';
import { type GateFlags, MAX_REPEAT, parseRepeat, repeatOf } from './gate-options.js';
import type { ReportCommandOptions } from './report-command.js';
import { type LiveMetricsFlags, liveMetricsFlags } from './live-metrics.js';
import type { LoadedScenario } from '../scenario/load.js';
import type { BaselineTarget, ScenarioFlags } from '../scenario/flags.js';
import type { Env } from '../shared/env.js';
import { StompedeError, messageOf, systemCode } from '../shared/errors.js';
import { EXIT } from '../shared/exit-codes.js';
import { ownVersion } from '../shared/version.js';
import { githubStep } from '../ci/github.js';
import { errorOnGitHub } from '../ci/github-error.js';
import { inertText } from '../ci/workflow-command.js';
import { CI_SYSTEMS } from '../init/ci-systems.js';
import type { InitCommandOptions } from './init-command.js';

/** Runs one command line. The only place where an error becomes text and an exit code. */
export async function main(env: Env): Promise<void> {
  try {
    await program(env).parseAsync([...env.argv], { from: 'user' });
  } catch (error) {
    fail(error, env);
  }
}

function fail(error: unknown, env: Env): void {
  if (error instanceof CommanderError) {
    // commander has printed its own text; --help and --version end well.
    env.setExitCode(error.exitCode === 0 ? EXIT.good : EXIT.usage);
    return;
  }
  if (error instanceof StompedeError) {
    tell(error.message + (error.hint === undefined ? '' : `\n  ${error.hint}`), env);
    env.setExitCode(error.exitCode);
    return;
  }
  const code = systemCode(error);
  if (code === 'EMFILE' || code === 'ENFILE') {
    tell(`this machine's limit of open files is too low even to start (ulimit -n): ${code}`, env);
    env.setExitCode(EXIT.machine);
    return;
  }
  const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  tell(`this is a fault of stompede's own: ${messageOf(error)}${stack}`, env);
  env.setExitCode(EXIT.ownFault);
}

function tell(message: string, env: Env): void {
  const github = githubStep(env.variables);
  env.stderr.write(github === null ? `stompede: ${message}\n` : errorOnGitHub(message, github, env.cwd));
}

// Each command loads its own modules only when it is used: --help must not wait for what it doesn't need.
function program(env: Env): Command {
  const root = new Command('stompede')
    .description('Load testing for STOMP over WebSocket: every connection through the whole cycle.')
    .version(ownVersion(), '-V, --version')
    .showHelpAfterError('(stompede --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => env.stdout.write(text),
      // It quotes what it was given, and a runner of GitHub Actions would read commands from that.
      writeErr: (text) => env.stderr.write(githubStep(env.variables) === null ? text : inertText(text)),
    });
  addInit(root, env);
  addRun(root, env);
  addValidate(root, env);
  addDoctor(root, env);
  addReport(root, env);
  addCompare(root, env);
  addBaseline(root, env);
  addBroker(root, env);
  return root;
}

function addInit(root: Command, env: Env): void {
  root
    .command('init')
    .description('write a scenario to begin with, and the pipeline of a CI system; what is there is kept')
    .argument('[folder]', 'the root of your repository', '.')
    .addOption(new Option('--ci <system>', 'the pipeline, too').choices(CI_SYSTEMS))
    .option('--url <url>', 'where to connect, ws:// or wss://; the embedded broker if not given')
    .option('-d, --destination <destination>', 'where to subscribe and publish')
    .option('--login <login>', 'stomp.login; the passcode comes from the variable PASS')
    .option('--force', 'overwrite what is there')
    .action(async (folder: string, options: InitCommandOptions) => {
      const { initCommand } = await import('./init-command.js');
      initCommand(folder, options, env);
    });
}

interface ScenarioOptions extends ScenarioFlags {
  readonly set: string[];
}

interface RunOptions extends ScenarioOptions, GateFlags, LiveMetricsFlags {
  readonly out: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

function addRun(root: Command, env: Env): void {
  scenarioOptions(root.command('run'))
    .description('run a scenario file, or a bare ws:// or wss:// URL, and write its reports')
    .option('-o, --out <folder>', 'folder that gets a folder for this run', 'reports')
    .option('-q, --quiet', 'no progress while it runs')
    .option('--json', 'print the result as JSON instead of the summary')
    .option('--force', 'run even what this machine is too small for')
    .option('--baseline <file>', 'compare with what this file holds (stompede baseline update writes one)')
    .option('--baseline-target <url>', 'compare with this server, in turn; may be repeated', collect, [])
    .addOption(
      new Option(
        '--repeat <n>',
        `run it so often, 1 to ${MAX_REPEAT}; with --baseline-target, pairs`,
      ).argParser(parseRepeat),
    )
    .option('--prometheus <address>', 'live metrics to scrape, as :9464 or 127.0.0.1:9464')
    .option('--otlp <url>', 'push live metrics to this OpenTelemetry collector, by OTLP over HTTP')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (source: string, options: RunOptions) => {
      const loaded = await load(source, options, env);
      const repeat = repeatOf(options, loaded.plan);
      const baselineScenario = await loadForBaseline(source, options, loaded, env);
      const { runCommand } = await import('./run-command.js');
      const out = path.resolve(env.cwd, options.out);
      const { quiet = false, json = false, force = false, baseline = null } = options;
      const live = liveMetricsFlags(options);
      await runCommand(loaded, { out, quiet, json, force, repeat, baseline, baselineScenario, live }, env);
    });
}

/** The same scenario for the baseline's target; null where there is none. */
async function loadForBaseline(
  source: string,
  options: RunOptions,
  { plan }: LoadedScenario,
  env: Env,
): Promise<LoadedScenario | null> {
  const { baselineTarget: urls } = options;
  if (urls.length === 0) return null;
  return load(source, options, env, { urls, addresses: plan.target.addresses });
}

const RUN_EXAMPLES = `
Examples:
  stompede run scenarios/quickstart.yaml
  stompede run wss://chat.example.com/ws --connections 10000 --rate 500/s --hold 60s
  stompede run scenarios/live-comments.yaml --set connect.connections=2000 --out results/
  stompede run perf.yaml --baseline perf/baseline.json --repeat 5
  stompede run perf.yaml --baseline-target wss://before.example.com/ws`;

interface ValidateOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly metrics?: boolean;
}

function addValidate(root: Command, env: Env): void {
  scenarioOptions(root.command('validate'), '[scenario]')
    .description('check a scenario and show the plan it comes to; no socket is opened')
    .option('--json', 'print the resolved plan as JSON, secrets masked')
    .option('--metrics', 'list every metric that a threshold may be about')
    .action(async (source: string | undefined, options: ValidateOptions) => {
      const { json = false, metrics = false, ...flags } = options;
      const { listMetrics, validateCommand } = await import('./validate-command.js');
      if (metrics) {
        listMetrics(env, { json });
        return;
      }
      if (source === undefined) {
        const hint = 'Give the path of a scenario file, or a URL; --metrics alone lists the metrics.';
        throw new StompedeError('usage', 'there is no scenario to check', { hint });
      }
      validateCommand(await load(source, flags, env), env, { json });
    });
}

interface DoctorOptions extends ScenarioOptions {
  readonly json?: boolean;
}

function addDoctor(root: Command, env: Env): void {
  scenarioOptions(root.command('doctor'), '[scenario]')
    .description('look at this machine, and at the target of a scenario or a URL, before a run')
    .option('--json', 'print what was found as JSON')
    .action(async (source: string | undefined, { json = false, ...flags }: DoctorOptions) => {
      if (source === undefined && Object.values(flags).flat().length > 0) {
        const hint = 'Give the path of a scenario file, or a ws:// or wss:// URL.';
        throw new StompedeError('usage', 'there is no scenario that these flags could be for', { hint });
      }
      const loaded = source === undefined ? null : await load(source, flags, env);
      const { doctorCommand } = await import('./doctor-command.js');
      await doctorCommand(loaded, { json }, env);
    });
}

function addReport(root: Command, env: Env): void {
  root
    .command('report')
    .description('report again from a result.json, or from the folder of a run, even one that was killed')
    .argument('<result>', 'a result.json, or the folder of a run')
    .option('--html <file>', 'write the HTML report to this file')
    .option('--json <file>', 'write the result to this file')
    .option('--junit <file>', 'write JUnit XML to this file')
    .option('--markdown <file>', 'write a summary in Markdown to this file')
    .option('--csv <file>', 'write the series as CSV to this file')
    .option('--hlog <file>', 'write an HdrHistogram log to this file')
    .action(async (source: string, options: ReportCommandOptions) => {
      const { reportCommand } = await import('./report-command.js');
      reportCommand(source, options, env);
    });
}

function addCompare(root: Command, env: Env): void {
  root
    .command('compare')
    .description('compare what was measured with a baseline: exit code 7 where something got worse')
    .argument('<baseline>', 'a baseline, a result.json, or the folder of a run or of repeated runs')
    .argument('<current>', 'the same')
    .option('--json', 'print the comparison as JSON')
    .action(async (baseline: string, current: string, options: CompareCommandOptions) => {
      const { compareCommand } = await import('./compare-command.js');
      compareCommand(baseline, current, options, env);
    });
}

function addBaseline(root: Command, env: Env): void {
  const baseline = root.command('baseline').description('what later runs are compared with');
  baseline
    .command('update')
    .description('write a baseline of results, over the one that is there')
    .argument('<baseline>', 'the file, as perf/baseline.json')
    .argument(
      '<result...>',
      'a result.json, or the folder of a run or of repeated runs; several are one baseline',
    )
    .option('--force', 'take runs that do not count, and overwrite what is no baseline')
    .action(async (file: string, sources: string[], options: BaselineUpdateOptions) => {
      const { baselineUpdateCommand } = await import('./baseline-command.js');
      baselineUpdateCommand(file, sources, options, env);
    });
}

function addBroker(root: Command, env: Env): void {
  root
    .command('broker')
    .description('run the embedded STOMP broker, to try things on')
    .addOption(new Option('-p, --port <port>', '0 for any free one').default(15674).argParser(parsePort))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--processes <n>', 'each on a port of its own, the first on --port; topics only')
        .default(1)
        .argParser(parseProcesses),
    )
    .option('--path <path>', 'path of the WebSocket endpoint', '/ws')
    .option('--user <login:passcode>', 'let only these in; may be repeated', collect, [])
    .option('--faults <file>', 'what it is to do wrong, a YAML file')
    .option('--ledger <file>', 'write its own account of what it did to this file when it ends')
    .action(async (options: BrokerCommandOptions) => {
      const { brokerCommand } = await import('./broker-command.js');
      await brokerCommand(options, env);
    });
}

function scenarioOptions(command: Command, argument = '<scenario>'): Command {
  return command
    .argument(argument, 'a YAML scenario file, or a ws:// or wss:// URL')
    .option('-s, --set <path=value>', 'set a value of the scenario; may be repeated', collect, [])
    .option('-c, --connections <n>', 'connect.connections')
    .option('-r, --rate <rate>', 'connect.rate, as 500/s')
    .option('--hold <duration>', 'hold, as 60s')
    .option('-d, --destination <destination>', 'where to subscribe and publish')
    .option('--login <login>', 'stomp.login')
    .option(
      '--passcode <passcode>',
      "stomp.passcode; '${VAR}' in a scenario keeps it out of the process list",
    )
    .option('--host <host>', 'stomp.host, the virtual host')
    .option('-H, --header <name: value>', 'header of the HTTP upgrade; may be repeated', collect)
    .option('--subprotocol <name>', 'WebSocket subprotocol to offer; may be repeated', collect)
    .addOption(new Option('--client <client>', 'client').choices(['native', 'stompjs']))
    .option('--publish-rate <rate>', 'messages a second, as 1/s; 0 publishes nothing')
    .option('--size <size>', 'bytes of a message, as 200B')
    .option('--ca <file>', 'certificate authority of the target, PEM')
    .option('--insecure', "do not check the target's certificate")
    .option('--name <name>', 'name of the run')
    .option(
      '--threshold <text>',
      "what the run has to keep, as 'connections.failed < 1%', besides the scenario's; may be repeated",
      collect,
    )
    .option(
      '--report <kinds>',
      'reports to write: html, json, junit, markdown, csv, hlog; commas between, or repeated',
      collect,
    );
}

async function load(
  source: string,
  options: ScenarioOptions,
  env: Env,
  target?: BaselineTarget,
): Promise<LoadedScenario> {
  const { loadScenario, scenarioFromFlags } = await import('../scenario/load.js');
  const loadOptions = {
    cwd: env.cwd,
    variables: env.variables,
    set: options.set,
    readFile: (file: string) => readFileSync(file, 'utf8'),
    ...(target === undefined ? {} : { target }),
  };
  // A missing scheme is the URL's problem to explain, as long as it can't be a file.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    return scenarioFromFlags({ ...options, url: source }, loadOptions);
  }
  return loadScenario(source, { ...loadOptions, flags: options });
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StompedeError('usage', `--port ${text} is no port`, { hint: 'Write a number from 0 to 65535.' });
}

function parseProcesses(text: string): number {
  const processes = Number(text);
  if (Number.isInteger(processes) && processes >= 1 && processes <= 256) return processes;
  const hint = 'Write a number from 1 to 256.';
  throw new StompedeError('usage', `--processes ${text} is no number of processes`, { hint });
}
