import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { encodeMessage, type OutgoingMessage, parseMessage } from "@codex-ts/protocol/rpc";
import type { Link, LinkEvents } from "./link.ts";

/** Lines longer than this are dropped while they come, characters: nobody sends them in earnest, and they would fill the memory. */
const MAX_LINE_CHARS = 128 * 1024 * 1024;
/** Reading stops while this much waits to be written, bytes: a client that does not read gets nothing more to do. */
const MAX_UNWRITTEN_BYTES = 4 * 1024 * 1024;
/** How long a client may take to read what is still unwritten when the server ends, milliseconds. */
const GOODBYE_MS = 1_000;

/** One JSON message a line, over a pair of byte streams (stdin and stdout). Lines that are no message are dropped. */
export class LineLink implements Link {
  readonly kind = "stdio";
  readonly trusted = false;
  private readonly decoder = new StringDecoder("utf8");
  private rest: string[] = [];
  private restLength = 0;
  /** The line that is coming is too long: what is left of it goes unread. */
  private skipping = false;
  private batch: string[] = [];
  private paused = false;
  private ended = false;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    private readonly log: (text: string) => void = () => {},
  ) {}

  start(events: LinkEvents): void {
    const end = () => {
      if (this.ended) return;
      this.ended = true;
      events.close();
    };
    this.input.on("data", (chunk: Buffer) => this.read(chunk, events));
    this.input.on("end", () => {
      this.line(this.taken() + this.decoder.end(), events);
      end();
    });
    this.input.on("error", end);
    this.output.on("error", end);
    this.output.on("drain", () => this.resume());
  }

  send(message: OutgoingMessage): void {
    if (!this.output.writable) return;
    this.batch.push(encodeMessage(message), "\n");
    if (this.batch.length === 2) queueMicrotask(() => this.flush());
  }

  async close(): Promise<void> {
    this.flush();
    if (this.output.writableLength > 0) await this.written();
    this.input.destroy();
  }

  /** Settles when everything is out, or the client was waited for long enough. */
  private async written(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, GOODBYE_MS);
      this.output.write("", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Everything said in one go leaves in one write. */
  private flush(): void {
    if (this.batch.length === 0) return;
    const text = this.batch.join("");
    this.batch = [];
    this.output.write(text);
    if (this.output.writableLength > MAX_UNWRITTEN_BYTES && !this.paused) {
      this.paused = true;
      this.input.pause();
    }
  }

  private resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.input.resume();
  }

  private read(chunk: Buffer, events: LinkEvents): void {
    const text = this.decoder.write(chunk);
    let start = 0;
    for (let newline = text.indexOf("\n"); newline !== -1; newline = text.indexOf("\n", start)) {
      const piece = text.slice(start, newline);
      start = newline + 1;
      if (this.skipping) this.skipping = false;
      else if (this.rest.length === 0) this.line(piece, events);
      else this.line(this.taken() + piece, events);
    }
    if (start === text.length || this.skipping) return;
    this.rest.push(start === 0 ? text : text.slice(start));
    this.restLength += text.length - start;
    if (this.restLength <= MAX_LINE_CHARS) return;
    this.log(`dropped a line of more than ${MAX_LINE_CHARS} characters`);
    this.rest = [];
    this.restLength = 0;
    this.skipping = true;
  }

  /** The beginning of the line that is coming, which is no longer kept here. */
  private taken(): string {
    const text = this.rest.join("");
    this.rest = [];
    this.restLength = 0;
    return text;
  }

  private line(line: string, events: LinkEvents): void {
    if (line.trim() === "") return;
    const message = parseMessage(line);
    if (message === null) this.log(`dropped a line that is no message (${line.length} characters)`);
    else events.message(message);
  }
}
