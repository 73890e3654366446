import { ACTION_FOLDER, BASELINE_FILE, SCENARIO_FILE } from '../layout.js';

/** A workflow that runs the scenario for every pull request, by the composite action beside it. */
export function githubTemplate(version: string): string {
  return `# The load test of ${SCENARIO_FILE}, for every pull request. Written by \`stompede init --ci github\`; yours to change.
#
# The job is red when something that the scenario asks for was missed, or when a metric got worse than in
# ${BASELINE_FILE}, once that is there. Either is shown at the pull request, and the job's summary has the tables.
name: stompede

on:
  pull_request:
  push:
    branches: [main]
  workflow_dispatch:

# It reads the repository, and nothing else.
permissions:
  contents: read

# Two load tests of the same branch would only measure each other.
concurrency:
  group: stompede-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: actions/cache@v4
        with:
          path: ~/.npm
          key: stompede-${version}-\${{ runner.os }}

      # Start your server here, or deploy it before, and set the repository's variable STOMPEDE_TARGET to its URL
      # (Settings, Secrets and variables, Actions). Without it the scenario's own target is used.

      - uses: ./${ACTION_FOLDER}
        id: stompede
        with:
          scenario: ${SCENARIO_FILE}
          version: ${version}
          # A comparison takes runs, not messages: one run can't say how much runs differ by themselves.
          repeat: 5
        env:
          TARGET: \${{ vars.STOMPEDE_TARGET }}
          PASS: \${{ secrets.STOMPEDE_PASS }}

      - uses: actions/upload-artifact@v4
        if: always() && steps.stompede.outputs.report-folder != ''
        with:
          name: stompede-report
          path: \${{ steps.stompede.outputs.report-folder }}
`;
}
