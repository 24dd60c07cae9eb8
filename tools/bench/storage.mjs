// What remembered threads cost: listing many, and resuming a long one. Each program gets the same files in a home of its own.
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { AppServer, makeHome, median, memoryPeakOf } from "./driver.mjs";

const DAY = 86_400_000;

const line = (time, type, payload) => `${JSON.stringify({ timestamp: new Date(time).toISOString(), type, payload })}\n`;
const said = text => ({ type: "user_message", message: text, images: [], local_images: [], text_elements: [] });
const message = (role, text) => ({
  type: "message",
  role,
  content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});

/** A version 7 id of its moment. */
function threadId(time, number) {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

function rolloutPath(home, time, id) {
  const two = value => String(value).padStart(2, "0");
  const date = new Date(time);
  const [year, month, day] = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())];
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join("-");
  const folder = path.join(home, "sessions", String(year), month, day);
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `rollout-${year}-${month}-${day}T${clock}-${id}.jsonl`);
}

function opening(time, id, cwd, text) {
  return [
    line(time, "session_meta", {
      id,
      timestamp: new Date(time).toISOString(),
      cwd,
      originator: "bench",
      cli_version: "0.125.0",
      source: "cli",
      model_provider: "scripted",
    }),
    line(time, "event_msg", { type: "task_started", turn_id: `t-${id}`, started_at: Math.floor(time / 1000) }),
    line(time, "response_item", message("user", text)),
    line(time, "event_msg", said(text)),
    line(time, "event_msg", { type: "agent_message", message: "done", phase: null, memory_citation: null }),
    line(time, "response_item", message("assistant", "done")),
  ].join("");
}

/** Writes `count` short threads, spread over the last year. */
function writeThreads({ home, work }, count) {
  const now = Date.now();
  for (let number = 0; number < count; number++) {
    const time = now - Math.floor((number / count) * 365 * DAY) - 60_000;
    const id = threadId(time, number);
    writeFileSync(rolloutPath(home, time, id), opening(time, id, work, `thread number ${number}`));
  }
}

/** Writes one thread of about `megabytes`, with commands and their outputs. Returns its id. */
async function writeLongThread({ home, work }, megabytes) {
  const start = Date.now() - DAY;
  const id = threadId(start, 1);
  const file = createWriteStream(rolloutPath(home, start, id));
  let size = 0;
  const write = async text => {
    size += text.length;
    if (!file.write(text)) await once(file, "drain");
  };
  await write(opening(start, id, work, "begin"));
  const output = "a line of a command's output\n".repeat(300);
  for (let turn = 0; size < megabytes * 1e6; turn++) {
    const time = start + turn * 1000;
    const turnId = threadId(time, turn + 2);
    const lines = [
      line(time, "event_msg", { type: "task_started", turn_id: turnId, started_at: Math.floor(time / 1000) }),
      line(time, "turn_context", {
        turn_id: turnId,
        cwd: work,
        approval_policy: "never",
        sandbox_policy: { type: "read-only" },
        model: "gpt-5.2",
        summary: "auto",
      }),
      line(time, "response_item", message("user", `question ${turn}`)),
      line(time, "event_msg", said(`question ${turn}`)),
    ];
    for (let call = 0; call < 5; call++) {
      const callId = `call-${turn}-${call}`;
      const args = JSON.stringify({ cmd: `command ${call}` });
      lines.push(
        line(time, "response_item", { type: "function_call", name: "exec_command", arguments: args, call_id: callId }),
        line(time, "response_item", { type: "function_call_output", call_id: callId, output }),
      );
    }
    lines.push(
      line(time, "event_msg", { type: "agent_message", message: "done", phase: null, memory_citation: null }),
      line(time, "response_item", message("assistant", "done")),
      line(time, "event_msg", { type: "task_complete", turn_id: turnId, last_agent_message: "done" }),
    );
    await write(lines.join(""));
  }
  file.end();
  await once(file, "close");
  return id;
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function everyPage(app, params = {}) {
  let threads = 0;
  for (let cursor = null; ; ) {
    const page = await app.request("thread/list", { limit: 100, cursor, ...params });
    threads += page.data.length;
    cursor = page.nextCursor;
    if (cursor === null) return threads;
  }
}

/**
 * Lists 10,000 threads in a home that the program has seen before, in a process that has not.
 * @returns milliseconds: all pages, the first page, and the first page by the last write
 */
export async function listing(subject, baseUrl, runs, count = 10_000) {
  const home = makeHome(baseUrl);
  writeThreads(home, count);
  const open = async use => {
    const app = new AppServer(subject, home);
    try {
      await app.initialize();
      return await use(app);
    } finally {
      await app.close();
    }
  };
  try {
    // Whatever a program keeps about threads, it has made it by now.
    await open(async app => {
      for (let tries = 0; (await everyPage(app)) < count && tries < 60; tries++) {
        await new Promise(resolve => setTimeout(resolve, 1000));
      }
    });
    const figures = { pages: [], first: [], updated: [] };
    let listed = 0;
    for (let run = 0; run < runs; run++) {
      await open(async app => figures.first.push(await timed(() => app.request("thread/list", { limit: 25 }))));
      await open(async app =>
        figures.updated.push(await timed(() => app.request("thread/list", { limit: 25, sortKey: "updated_at" }))),
      );
      await open(async app => figures.pages.push(await timed(async () => (listed = await everyPage(app)))));
    }
    return { listed, pages: median(figures.pages), first: median(figures.first), updated: median(figures.updated) };
  } finally {
    home.remove();
  }
}

/**
 * Resumes a long thread in a fresh process.
 * @returns milliseconds to the answer, and the highest resident memory in MB
 */
export async function resuming(subject, baseUrl, runs, megabytes, params = {}) {
  const home = makeHome(baseUrl);
  try {
    const threadId = await writeLongThread(home, megabytes);
    const times = [];
    const peaks = [];
    for (let run = 0; run < runs; run++) {
      const app = new AppServer(subject, home);
      await app.initialize();
      times.push(await timed(() => app.request("thread/resume", { threadId, ...params })));
      peaks.push(memoryPeakOf(app.child.pid));
      await app.close();
    }
    return { ms: median(times), peak: median(peaks) };
  } finally {
    home.remove();
  }
}
