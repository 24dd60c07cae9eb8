/**
 * The scripted model of the quick start. It does what a model would: it looks at what the tools answered and decides
 * the next step from that, so a sandbox that does not work, or a patch that does not apply, ends the run differently.
 * @param {{ node: string }} options `node`: how the project's tests are started inside the sandbox
 * @returns {(request: any, context: { state: any }) => unknown} a script for `tools/model-server`
 */
export function quickstartScript({ node }) {
  const test = `${quote(node)} test/fee.test.js`;
  const exec = (cmd, id) => ({
    type: "function_call",
    name: "exec_command",
    arguments: { cmd, yield_time_ms: 30000 },
    call_id: id,
  });
  const plan = (done, id) => ({
    type: "function_call",
    name: "update_plan",
    arguments: {
      plan: ["Read the code", "Run the tests and see what fails", "Mend the bug", "Run the tests again"].map(
        (step, index) => ({
          step,
          status: index < done ? "completed" : index === done ? "in_progress" : "pending",
        }),
      ),
    },
    call_id: id,
  });
  const usage = { input: 1200, cached: 400, output: 80, reasoning: 20 };

  return request => {
    const output = id => request.output(id);
    if (output("read") === undefined) {
      return {
        items: [
          { type: "reasoning", summary: "**Looking at the project**" },
          plan(0, "plan-read"),
          exec("cat README.md src/*.js test/*.js", "read"),
        ],
        usage,
      };
    }
    if (output("test-before") === undefined) {
      if (!output("read").includes("feeWithinDay")) return failure("I could not read the project.", output("read"));
      return { items: [plan(1, "plan-test"), exec(test, "test-before")], usage };
    }
    if (output("patch") === undefined) {
      if (!/^# fail [1-9]|ℹ fail [1-9]/m.test(output("test-before"))) {
        return failure("The tests did not fail as the project says they do.", output("test-before"));
      }
      return {
        items: [
          {
            type: "reasoning",
            summary: "**Every started hour must count**\n\nThe fee rounds the hours down, so a started hour is free.",
          },
          plan(2, "plan-patch"),
          {
            type: "custom_tool_call",
            name: "apply_patch",
            call_id: "patch",
            input: [
              "*** Begin Patch",
              "*** Update File: src/fee.js",
              "@@ function feeWithinDay(minutes) {",
              "-  const hours = Math.floor(minutes / MINUTES_PER_HOUR);",
              "+  const hours = Math.ceil(minutes / MINUTES_PER_HOUR);",
              "*** End Patch",
              "",
            ].join("\n"),
          },
        ],
        usage,
      };
    }
    if (output("test-after") === undefined) {
      return { items: [plan(3, "plan-again"), exec(test, "test-after")], usage };
    }
    if (!/^# fail 0|ℹ fail 0/m.test(output("test-after")))
      return failure("The tests still fail.", output("test-after"));
    if (output("plan-done") === undefined) return { items: [plan(4, "plan-done")], usage };
    return {
      text: "Fixed: `feeWithinDay` in `src/fee.js` rounded the hours down, so a started hour was not charged. It rounds up now, as the README says. All tests pass.",
      usage,
    };
  };
}

function failure(text, output) {
  return { text: `${text} The last output was:\n\n${output.slice(-1500)}` };
}

function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
