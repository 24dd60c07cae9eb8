// Claim: what a turn costs does not grow with the number of turns before it. Compaction keeps what goes to the model about
// as long from the first stretch on (each prompt is a page, so the kept prompts fill their budget early); what is left is
// the program's own work. Counts the program's processor time, which other work on the machine disturbs least.
import { startModelServer } from "@codex-ts-tools/model-server";
import { AppServer, makeHome, processorMs } from "./driver.mjs";

const TURNS = Number(process.env.BENCH_TURNS ?? 2000);
const STRETCHES = 10;
const PAGE = "lorem ipsum dolor sit amet ".repeat(80);

/**
 * Runs many turns on one thread.
 * @returns processor milliseconds a turn, one figure a stretch
 */
export async function historyCurve(subject) {
  const server = await startModelServer(request => ({
    text: "done",
    usage: { input: Math.ceil(request.bodyText.length / 4), output: 5 },
  }));
  const home = makeHome(server.baseUrl, ["model_auto_compact_token_limit = 40000"]);
  const app = new AppServer(subject, home);
  try {
    await app.initialize();
    const thread = await app.startThread();
    // The first compaction belongs to no stretch: before it the conversation grows.
    for (let turn = 0; turn < 60; turn++) await app.turn(thread, `${turn} ${PAGE}`);
    const stretch = Math.ceil(TURNS / STRETCHES);
    const figures = [];
    for (let from = 0; from < TURNS; from += stretch) {
      const before = processorMs(app.child.pid);
      for (let turn = 0; turn < stretch; turn++) await app.turn(thread, `${from + turn} ${PAGE}`);
      figures.push({ from, to: from + stretch, ms: (processorMs(app.child.pid) - before) / stretch });
    }
    return figures;
  } finally {
    await app.close();
    await server.close();
    home.remove();
  }
}
