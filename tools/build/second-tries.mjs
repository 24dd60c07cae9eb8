import process from "node:process";

/** A reporter of vitest: names the tests that passed only when they were tried again. */
export class SecondTries {
  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky)
      process.stdout.write(` SECOND TRY  ${test.module.relativeModuleId} > ${test.fullName}\n`);
  }
}
