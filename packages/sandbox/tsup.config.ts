import { library } from "@codex-ts-tools/build/tsup";

// The helpers are programs of their own, started by path: they have to stand beside the library's code under these names.
export default library([], {
  entry: {
    index: "src/index.ts",
    "landlock-helper": "src/linux/landlock-helper.mjs",
    "proxy-bridge": "src/linux/proxy-bridge.mjs",
    "escalation-receiver": "src/escalation/escalation-receiver.mjs",
    "execve-wrapper": "src/escalation/execve-wrapper.mjs",
  },
});
