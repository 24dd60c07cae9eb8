import { StringDecoder } from "node:string_decoder";

/** Cuts a byte stream into lines of JSON. A line that is no JSON is passed over: the stream goes on with the next. */
export class JsonLines {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  constructor(private readonly onMessage: (message: unknown) => void) {}

  push(chunk: Buffer): void {
    const text = this.decoder.write(chunk);
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      const line = this.rest === "" ? text.slice(start, end) : this.rest + text.slice(start, end);
      this.rest = "";
      start = end + 1;
      this.line(line);
    }
    this.rest += start === 0 ? text : text.slice(start);
  }

  private line(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    this.onMessage(message);
  }
}
