import { prompts } from "../core/stage.ts";
import type { Drive } from "../drive/drive.ts";
import { answer, overSocket, overSse, type Case } from "./stage.ts";
import { TIMED } from "./view.ts";

const times = (requests: number, streams: number) =>
  `request_max_retries = ${requests}\nstream_max_retries = ${streams}`;
const many = <T>(value: T, count = 12): T[] => Array.from({ length: count }, () => value);
const timed = async (drive: Drive) => {
  drive.notes[TIMED] = true;
  await prompts("one")(drive);
};
const failed = (message: string) => ({ failed: { code: "rate_limit_exceeded", message } });

/** How often and when a request is repeated, on both levels. */
export const retries: readonly Case[] = [
  overSse("pauses between requests", { replies: many(answer(500)), provider: times(3, 0) }, timed),
  overSse("pauses between streams", { replies: many(answer(404)), provider: times(0, 4) }, timed),
  overSse("pauses of both levels", { replies: many(answer(502)), provider: times(1, 2) }, timed),
  overSse(
    "pauses that the server asks for",
    { replies: [failed("try again in 1.6s"), failed("try again in 400ms")], provider: times(0, 3) },
    timed,
  ),
  overSocket(
    "pauses between streams",
    { replies: many({ failed: { code: "x", message: "m" } }, 3), provider: times(0, 2) },
    timed,
  ),
  overSocket("pauses between handshakes", { handshakes: { status: 500 }, provider: times(0, 2) }, timed),
  ...[
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 2],
  ].flatMap(([requests, streams]) => [
    overSse(
      `500 for ever, ${requests} and ${streams} times`,
      { replies: many(answer(500), 20), provider: times(requests!, streams!) },
      ["one"],
    ),
    overSse(
      `a broken stream for ever, ${requests} and ${streams} times`,
      {
        replies: many({ text: "abc", disconnectAfter: 2 }, 20),
        provider: times(requests!, streams!),
      },
      ["one"],
    ),
    overSocket(
      `a broken stream for ever, ${requests} and ${streams} times`,
      {
        replies: many({ text: "abc", disconnectAfter: 2 }, 20),
        provider: times(requests!, streams!),
      },
      ["one"],
    ),
  ]),
  overSse(
    "connections that break before an answer",
    {
      replies: many({ disconnectAfter: { bytes: 0, how: "reset" } }),
      provider: times(1, 1),
    },
    ["one"],
  ),
];
