/** The outside world of a command: what it may read, write and know. The thin entry fills it from `process`. */
export interface CommandIo {
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Writes to a stream and ignores a reader that went away: the exit code still tells how the run ended. */
export function write(stream: NodeJS.WritableStream, text: string): void {
  if (text !== "") stream.write(text);
}

/** Reads a stream to its end. */
export async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer));
  return Buffer.concat(chunks);
}
