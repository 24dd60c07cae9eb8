import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { accessMatcher, permissionContext } from "../exec/permissions.ts";
import { readGuard, type ReadGuard } from "../exec/read-guard.ts";
import { modelImage, UnreadableImage } from "../images/model-image.ts";
import { fromHome } from "./command-call.ts";
import { object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";
import { ioErrorText } from "./io-error.ts";

const path = string("Path of the image file.");
const parameters = object({ path, detail: optional(string('Only "original": send it at its own size.')) });
const listed = object({ path });

/** Puts an image file before the model's eyes. */
export function viewImageTool(detailOffered: boolean): Tool {
  return {
    names: ["view_image"],
    group: "view_image",
    accepts: ["function"],
    parallel: true,
    readOnly: true,
    spec: functionSpec(
      "view_image",
      "Attaches a local image file to the conversation so that you can look at it.",
      detailOffered ? parameters.schema : listed.schema,
    ),
    run: runViewImage,
  };
}

async function runViewImage(call: ToolCall, { session, turn }: ToolContext): Promise<ToolResult> {
  if (!turn.context.model.images)
    throw new RespondToModel("view_image is not allowed because you do not support image inputs");
  const args = parseArguments(parameters, functionArguments(call));
  if (args.detail !== undefined && args.detail !== "original") {
    throw new RespondToModel(
      `view_image.detail only supports \`original\`; omit \`detail\` for default resized behavior, got \`${args.detail}\``,
    );
  }
  const absolute = resolve(turn.context.settings.cwd, fromHome(args.path, session.services.env["HOME"]));
  const { settings } = turn.context;
  const guard = readGuard(settings.permissions, permissionContext(settings.cwd, session.services));
  const access = accessMatcher(settings.permissions, settings.cwd, session.services);
  if (!access.canRead(absolute) || guard.refuses(absolute)) {
    throw new RespondToModel(`unable to read image at \`${absolute}\`: Permission denied (os error 13)`);
  }
  const ownSize = args.detail === "original" && turn.context.model.imageDetailOriginal;
  const url = await readImage(absolute, ownSize, guard);
  const item = { type: "imageView" as const, id: call.callId, path: absolute };
  turn.itemStarted(item);
  turn.itemCompleted(item);
  return { body: [{ type: "input_image", image_url: url, detail: ownSize ? "original" : "high" }] };
}

async function readImage(absolute: string, ownSize: boolean, guard: ReadGuard): Promise<string> {
  let isFile: boolean;
  try {
    isFile = (await stat(absolute)).isFile();
  } catch (error) {
    throw new RespondToModel(`unable to locate image at \`${absolute}\`: ${ioErrorText(error)}`);
  }
  if (!isFile) throw new RespondToModel(`image path \`${absolute}\` is not a file`);
  let bytes: Uint8Array;
  try {
    bytes = await guard.read(absolute);
  } catch (error) {
    throw new RespondToModel(`unable to read image at \`${absolute}\`: ${ioErrorText(error)}`);
  }
  return modelImage(bytes, { path: absolute, ownSize }).catch((error: unknown) => {
    if (!(error instanceof UnreadableImage)) throw error;
    throw new RespondToModel(`unable to process image at \`${absolute}\`: ${error.message}`);
  });
}
