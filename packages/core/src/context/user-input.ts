import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { UserInput } from "@codex-ts/protocol";
import type { ContentItem, ResponseItem } from "@codex-ts/protocol/models";
import { modelImage } from "../images/model-image.ts";
import { ioErrorText } from "../tools/io-error.ts";

/** The message a prompt becomes for the model: text as it is, images between their tags, local files embedded. */
export async function userInputMessage(input: readonly UserInput[], cwd: string): Promise<ResponseItem> {
  const content: ContentItem[] = [];
  let images = 0;
  for (const part of input) {
    switch (part.type) {
      case "text":
        content.push({ type: "input_text", text: part.text });
        break;
      case "image":
        images++;
        content.push(...imageParts("<image>", part.url));
        break;
      case "localImage":
        images++;
        content.push(...(await localImageParts(resolve(cwd, part.path), images)));
        break;
      default:
        // Skills and mentions select what else is sent; they are no part of the message.
        break;
    }
  }
  return { type: "message", role: "user", content };
}

/** Text parts always carry their element list on the wire. */
export function normalizeUserInput(input: readonly UserInput[]): UserInput[] {
  return input.map(part => (part.type === "text" ? { ...part, text_elements: part.text_elements ?? [] } : part));
}

function imageParts(openTag: string, url: string): ContentItem[] {
  return [
    { type: "input_text", text: openTag },
    { type: "input_image", image_url: url, detail: "high" },
    { type: "input_text", text: "</image>" },
  ];
}

async function localImageParts(path: string, number: number): Promise<ContentItem[]> {
  try {
    return imageParts(`<image name=[Image #${number}]>`, await modelImage(await readFile(path), { path }));
  } catch (error) {
    return [{ type: "input_text", text: `The image at \`${path}\` could not be attached: ${ioErrorText(error)}` }];
  }
}
