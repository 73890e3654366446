import { BASELINE_FILE, REPORT_FOLDER, RUNS_FOLDER, SCENARIO_FILE } from '../layout.js';

/** A job that runs the scenario; GitLab shows its JUnit report in the merge request, and links the rest from there. */
export function gitlabTemplate(version: string): string {
  return `# The load test of ${SCENARIO_FILE}. Written by \`stompede init --ci gitlab\`; yours to change.
#
# The job fails when something that the scenario asks for was missed, or when a metric got worse than in ${BASELINE_FILE},
# once that is there.
stompede:
  stage: test
  image: node:22
  variables:
    npm_config_cache: $CI_PROJECT_DIR/.npm
    # Set TARGET to the URL of your server, and PASS to its passcode, as variables of the project (Settings, CI/CD; mask
    # the second). Without TARGET the scenario's own target is used.
  cache:
    key: stompede-${version}
    paths: [.npm/]
  timeout: 20 minutes
  script:
    # Five times: a comparison takes runs, and one can't say how much runs differ by themselves.
    - set -- --repeat 5
    - if [ -f ${BASELINE_FILE} ]; then set -- "$@" --baseline ${BASELINE_FILE}; fi
    - npx --yes stompede@${version} run ${SCENARIO_FILE} --report html,json,junit,markdown --out ${RUNS_FOLDER} "$@"
  after_script:
    # The newest run, under a name that does not change. There is none if nothing was run.
    - cp -RL ${RUNS_FOLDER}/latest ${REPORT_FOLDER}
  artifacts:
    when: always
    expose_as: stompede report
    paths: [${REPORT_FOLDER}/]
    reports:
      junit: ${REPORT_FOLDER}/junit.xml
    expire_in: 30 days
`;
}
