import type { SandboxEngine } from "../choose.ts";

export interface OutputChunk {
  stream: "stdout" | "stderr";
  chunk: Uint8Array;
}

export interface ProcessExit {
  /** 128 + the signal's number when a signal ended it. */
  exitCode: number;
  signal: NodeJS.Signals | null;
}

/** A running command and its whole process group. */
export interface SandboxedProcess {
  /**
   * The process id of the outermost process: the sandbox program where there is one. It leads its process group. Null
   * when the sandbox refused to start the command.
   */
  readonly pid: number | null;
  readonly sandbox: SandboxEngine;
  /**
   * Everything the command prints, in the order it arrives; a terminal has only `stdout`. One reader. The command waits
   * while 1 MiB stands unread. Ends when both streams are closed, at the latest 2 s after the command ended.
   */
  readonly output: AsyncIterable<OutputChunk>;
  /** Streams that were still open when waiting for them ended, because something outlived the command. */
  readonly undrained: ReadonlySet<"stdout" | "stderr">;
  /** Writes to standard input; resolves when the bytes are handed over. Rejects when input is closed. */
  write(data: Uint8Array | string): Promise<void>;
  /** Ends standard input; on a terminal, sends end-of-file. */
  closeStdin(): void;
  /** Only on a terminal. */
  resize?(cols: number, rows: number): void;
  /** Signals the whole process group; SIGKILL (default) reaches descendants that left it, too. Never throws. */
  kill(signal?: NodeJS.Signals): void;
  /** Settles when the command itself has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
}
