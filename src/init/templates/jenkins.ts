import { BASELINE_FILE, REPORT_FOLDER, RUNS_FOLDER, SCENARIO_FILE } from '../layout.js';

/** A declarative pipeline: its agent needs Node and npm; the steps are those of the JUnit plugin and of Jenkins itself. */
export function jenkinsTemplate(version: string): string {
  return `// The load test of ${SCENARIO_FILE}. Written by \`stompede init --ci jenkins\`; yours to change.
//
// The build fails when something that the scenario asks for was missed, or when a metric got worse than in
// ${BASELINE_FILE}, once that is there. The agent needs Node 20.19 or newer.
pipeline {
  agent any

  options {
    timeout(time: 20, unit: 'MINUTES')
    disableConcurrentBuilds()
  }

  // The URL of your server, and its passcode from Jenkins' own store. Without TARGET the scenario's own target is used.
  // environment {
  //   TARGET = 'wss://staging.example.com/ws'
  //   PASS = credentials('stompede-pass')
  // }

  stages {
    stage('stompede') {
      steps {
        // The workspace may still hold the reports of the build before. Five times: a comparison takes runs, and one
        // can't say how much runs differ by themselves.
        sh '''
          rm -rf ${RUNS_FOLDER} ${REPORT_FOLDER}
          set -- --repeat 5
          if [ -f ${BASELINE_FILE} ]; then set -- "$@" --baseline ${BASELINE_FILE}; fi
          npx --yes stompede@${version} run ${SCENARIO_FILE} --report html,json,junit,markdown --out ${RUNS_FOLDER} "$@"
        '''
      }
      post {
        always {
          sh 'if [ -d ${RUNS_FOLDER}/latest ]; then cp -RL ${RUNS_FOLDER}/latest ${REPORT_FOLDER}; fi'
          junit testResults: '${REPORT_FOLDER}/junit.xml', allowEmptyResults: true
          archiveArtifacts artifacts: '${REPORT_FOLDER}/**', allowEmptyArchive: true
        }
      }
    }
  }
}
`;
}
