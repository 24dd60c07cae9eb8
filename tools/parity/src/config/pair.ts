import { type Difference, differences } from "../drive/differences.ts";
import { subjects } from "../drive/subject.ts";
import type { Message, Wire } from "../drive/wire.ts";
import type { Stage } from "./stage.ts";

/** Both programs' servers on the files of one stage. */
export class Pair {
  readonly wires: readonly Wire[];
  /** Whether both refused what they were asked last. */
  refused = false;

  private constructor(wires: readonly Wire[]) {
    this.wires = wires;
  }

  /** @param flags of the command line, before `app-server` */
  static async start(stage: Stage, flags: readonly string[]): Promise<Pair> {
    const pair = new Pair((await subjects(process.env)).map(subject => stage.start(subject, flags)));
    try {
      await Promise.all(pair.wires.map(greet));
      return pair;
    } catch (error) {
      // One that ends by itself leaves the other one running.
      await pair.close();
      throw error;
    }
  }

  /** Asks both the same; what differs in their answers. */
  async ask(method: string, params: unknown, at = 0): Promise<Difference[]> {
    const [ours, reference] = await Promise.all(this.wires.map(wire => wire.call(method, params)));
    this.refused = ours!.result === undefined && reference!.result === undefined;
    const path = `${method}#${at}`;
    const stumbled = stumbles(reference!);
    if (stumbled !== null && ours!.result !== undefined) {
      return [{ path: `${path}.error.message`, ours: null, reference: stumbled }];
    }
    if ((ours!.result === undefined) !== (reference!.result === undefined)) {
      return [{ path: `${path}.error.message`, ours: messageOf(ours!), reference: messageOf(reference!) }];
    }
    return differences(answerOf(ours!), answerOf(reference!), path);
  }

  async close(): Promise<void> {
    await Promise.all(this.wires.map(wire => wire.close()));
  }
}

async function greet(wire: Wire): Promise<void> {
  await wire.call("initialize", {
    clientInfo: { name: "parity", title: null, version: "1" },
    capabilities: { experimentalApi: true },
  });
  wire.write({ method: "initialized" });
}

/** Null for an answer. */
const messageOf = ({ error }: Message): unknown => error?.["message"] ?? null;

/** What the reference says of relative paths in a file with a mistake, also where another layer hides the mistake. */
function stumbles({ error }: Message): string | null {
  const message = error?.["message"];
  return typeof message === "string" && message.includes("deserialized without a base path") ? message : null;
}

/** The part of an answer that is compared. */
export function answerOf({ result, error }: Message): unknown {
  return result ?? { error: { code: error?.["code"], message: error?.["message"] } };
}
