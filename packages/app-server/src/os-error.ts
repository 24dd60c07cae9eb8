import { errorCode, osErrorText } from "@codex-ts/protocol/os-errors";
import { internal, invalidRequest } from "./errors.ts";

/** The refusal for an operation on the file system that failed. */
export function fileError(error: unknown): Error {
  const code = errorCode(error);
  if (code === "ERR_INVALID_ARG_VALUE") return invalidRequest("file name contained an unexpected NUL byte");
  return code === "EINVAL" ? invalidRequest(osErrorText(error)) : internal(osErrorText(error));
}
