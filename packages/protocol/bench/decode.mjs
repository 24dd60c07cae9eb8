// Claims: a client decodes at least 300,000 small notifications a second on one core, and a turn of 1 MB takes at most
// three times as long as JSON.parse alone. Prints rates and ratios; never fails.
//   pnpm build && node bench/decode.mjs [notifications] [turns]
import process from "node:process";
import {
  decode,
  decodeServerNotification,
  parseMessage,
  parseTrustedMessage,
  TurnCompletedNotification,
} from "../dist/index.js";

const notifications = Number(process.argv[2] ?? 1_000_000);
const turns = Number(process.argv[3] ?? 1_000);

/** CPU seconds, which other programs on the machine disturb less than the clock. */
function cpuSeconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function report(name, seconds, baseline) {
  console.log(`${name}: ${seconds.toFixed(2)} s (${(seconds / baseline).toFixed(2)} x JSON.parse)`);
}

const small = Array.from({ length: 64 }, (_, index) =>
  JSON.stringify({
    method: "item/agentMessage/delta",
    params: {
      threadId: "01a1fba3-7f3a-7a11-ac2d-0dbc96841163",
      turnId: `turn-${index}`,
      itemId: "item-1",
      delta: " word",
    },
  }),
);

function eachSmall(visit) {
  for (let index = 0; index < notifications; index += 1) {
    visit(small[index % small.length]);
  }
}

function decodeNote(line) {
  const message = parseTrustedMessage(line);
  decodeServerNotification(message.method, message.params);
}

eachSmall(decodeNote);
const bare = cpuSeconds(() => eachSmall(line => JSON.parse(line)));
const decoded = cpuSeconds(() => eachSmall(decodeNote));
report(`${notifications} small notifications, parsed only`, bare, bare);
report(`${notifications} small notifications, decoded`, decoded, bare);
console.log(`  ${Math.round(notifications / decoded)} notifications a second (claim: 300000)`);

function item(index) {
  switch (index % 4) {
    case 0:
      return {
        type: "agentMessage",
        id: `i${index}`,
        text: "Some words about the code. ".repeat(20),
        phase: null,
        memoryCitation: null,
      };
    case 1:
      return {
        type: "commandExecution",
        id: `i${index}`,
        command: "/bin/bash -lc 'cargo test'",
        cwd: "/work/project",
        processId: null,
        source: "agent",
        status: "completed",
        commandActions: [{ type: "unknown", command: "cargo test" }],
        aggregatedOutput: "test result: ok. 12 passed\n".repeat(40),
        exitCode: 0,
        durationMs: 1200,
      };
    case 2:
      return {
        type: "fileChange",
        id: `i${index}`,
        changes: [
          { path: "/work/project/a.ts", kind: { type: "update", move_path: null }, diff: "-a\n+b\n".repeat(60) },
        ],
        status: "completed",
      };
    default:
      return {
        type: "reasoning",
        id: `i${index}`,
        summary: ["Thinking about the next step. ".repeat(10)],
        content: [],
      };
  }
}

const items = Array.from({ length: 1700 }, (_, index) => item(index));
const turn = JSON.stringify({
  threadId: "t",
  turn: { id: "u", items, status: "completed", error: null, startedAt: 1, completedAt: 2, durationMs: 1000 },
});
console.log(`one turn: ${(turn.length / 1e6).toFixed(2)} MB`);
const warm = Math.min(turns, 50);
for (let index = 0; index < warm; index += 1) {
  decode(TurnCompletedNotification, JSON.parse(turn));
}
const repeat = work => () => {
  for (let index = 0; index < turns; index += 1) {
    work();
  }
};
const bareTurns = cpuSeconds(repeat(() => JSON.parse(turn)));
const decodedTurns = cpuSeconds(repeat(() => decode(TurnCompletedNotification, JSON.parse(turn))));
report(`${turns} turns, parsed only`, bareTurns, bareTurns);
report(`${turns} turns, decoded`, decodedTurns, bareTurns);

const line = `{"id":1,"method":"turn/start","params":{"threadId":"t","input":[{"type":"text","text":${JSON.stringify("x".repeat(1e6))},"text_elements":[]}]}}`;
const bareLines = cpuSeconds(repeat(() => JSON.parse(line)));
report(`${turns} requests of 1 MB, parsed strictly`, cpuSeconds(repeat(() => parseMessage(line))), bareLines);
