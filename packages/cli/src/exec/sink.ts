import type { ServerNotification } from "@codex-ts/protocol";
import { type CommandIo, write } from "../io.ts";
import { createStyle, wantsColor } from "../style.ts";
import type { HeaderFacts } from "./header.ts";
import { type HumanOptions, HumanOutput } from "./human.ts";
import { ExecProjection } from "./projection.ts";

/** Where the story of a run goes: a person's terminal, or a program that reads JSON lines. */
export interface ExecSink {
  started(facts: HeaderFacts, prompt: string): void;
  notification(notification: ServerNotification): void;
  /** Called once after the turn; `completed` is false for failed and interrupted turns. */
  finished(completed: boolean): void;
  readonly finalMessage: string | undefined;
}

/** One JSON object a line on stdout, each with a single write. */
export function jsonSink(io: CommandIo, options: { countUsage: boolean }): ExecSink {
  const projection = new ExecProjection(options);
  const line = (event: object): void => write(io.stdout, `${JSON.stringify(event)}\n`);
  return {
    started: facts => line({ type: "thread.started", thread_id: facts.sessionId }),
    notification: notification => {
      for (const event of projection.next(notification)) line(event);
    },
    finished: () => {},
    get finalMessage() {
      return projection.finalMessage;
    },
  };
}

/** The story on stderr, the final message on stdout. */
export function humanSink(io: CommandIo, options: HumanOptions & { color: "always" | "never" | "auto" }): ExecSink {
  const human = new HumanOutput(createStyle(wantsColor(options.color, io.stderr, io.env)), options);
  return {
    started: (facts, prompt) => write(io.stderr, human.header(facts) + human.prompt(prompt)),
    notification: notification => write(io.stderr, human.next(notification)),
    finished: completed => {
      write(io.stderr, human.closing());
      const message = completed ? human.finalMessage : undefined;
      if (message === undefined) return;
      if (io.stdout.isTTY && io.stderr.isTTY) {
        if (!human.finalMessageShown) write(io.stderr, `${message}\n`);
      } else {
        write(io.stdout, `${message}\n`);
      }
    },
    get finalMessage() {
      return human.finalMessage;
    },
  };
}
