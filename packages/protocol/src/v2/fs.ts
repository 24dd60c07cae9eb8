import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, boolean, int64, optional, type Out, skipDefault, string, struct } from "../wire/index.ts";

export const FsChangedNotification = struct("FsChangedNotification", () => ({
  watchId: string,
  changedPaths: array(AbsolutePathBuf),
}));
export interface FsChangedNotification extends Out<typeof FsChangedNotification> {}

export const FsCopyParams = struct("FsCopyParams", () => ({
  sourcePath: AbsolutePathBuf,
  destinationPath: AbsolutePathBuf,
  recursive: skipDefault(boolean, false),
}));
export interface FsCopyParams extends Out<typeof FsCopyParams> {}

export const FsCopyResponse = struct("FsCopyResponse", () => ({}));
export interface FsCopyResponse extends Out<typeof FsCopyResponse> {}

export const FsCreateDirectoryParams = struct("FsCreateDirectoryParams", () => ({
  path: AbsolutePathBuf,
  recursive: optional(boolean),
}));
export interface FsCreateDirectoryParams extends Out<typeof FsCreateDirectoryParams> {}

export const FsCreateDirectoryResponse = struct("FsCreateDirectoryResponse", () => ({}));
export interface FsCreateDirectoryResponse extends Out<typeof FsCreateDirectoryResponse> {}

export const FsGetMetadataParams = struct("FsGetMetadataParams", () => ({ path: AbsolutePathBuf }));
export interface FsGetMetadataParams extends Out<typeof FsGetMetadataParams> {}

export const FsGetMetadataResponse = struct("FsGetMetadataResponse", () => ({
  isDirectory: boolean,
  isFile: boolean,
  isSymlink: boolean,
  createdAtMs: int64,
  modifiedAtMs: int64,
}));
export interface FsGetMetadataResponse extends Out<typeof FsGetMetadataResponse> {}

export const FsReadDirectoryEntry = struct("FsReadDirectoryEntry", () => ({
  fileName: string,
  isDirectory: boolean,
  isFile: boolean,
}));
export interface FsReadDirectoryEntry extends Out<typeof FsReadDirectoryEntry> {}

export const FsReadDirectoryParams = struct("FsReadDirectoryParams", () => ({ path: AbsolutePathBuf }));
export interface FsReadDirectoryParams extends Out<typeof FsReadDirectoryParams> {}

export const FsReadDirectoryResponse = struct("FsReadDirectoryResponse", () => ({
  entries: array(FsReadDirectoryEntry),
}));
export interface FsReadDirectoryResponse extends Out<typeof FsReadDirectoryResponse> {}

export const FsReadFileParams = struct("FsReadFileParams", () => ({ path: AbsolutePathBuf }));
export interface FsReadFileParams extends Out<typeof FsReadFileParams> {}

export const FsReadFileResponse = struct("FsReadFileResponse", () => ({ dataBase64: string }));
export interface FsReadFileResponse extends Out<typeof FsReadFileResponse> {}

export const FsRemoveParams = struct("FsRemoveParams", () => ({
  path: AbsolutePathBuf,
  recursive: optional(boolean),
  force: optional(boolean),
}));
export interface FsRemoveParams extends Out<typeof FsRemoveParams> {}

export const FsRemoveResponse = struct("FsRemoveResponse", () => ({}));
export interface FsRemoveResponse extends Out<typeof FsRemoveResponse> {}

export const FsUnwatchParams = struct("FsUnwatchParams", () => ({ watchId: string }));
export interface FsUnwatchParams extends Out<typeof FsUnwatchParams> {}

export const FsUnwatchResponse = struct("FsUnwatchResponse", () => ({}));
export interface FsUnwatchResponse extends Out<typeof FsUnwatchResponse> {}

export const FsWatchParams = struct("FsWatchParams", () => ({ watchId: string, path: AbsolutePathBuf }));
export interface FsWatchParams extends Out<typeof FsWatchParams> {}

export const FsWatchResponse = struct("FsWatchResponse", () => ({ path: AbsolutePathBuf }));
export interface FsWatchResponse extends Out<typeof FsWatchResponse> {}

export const FsWriteFileParams = struct("FsWriteFileParams", () => ({ path: AbsolutePathBuf, dataBase64: string }));
export interface FsWriteFileParams extends Out<typeof FsWriteFileParams> {}

export const FsWriteFileResponse = struct("FsWriteFileResponse", () => ({}));
export interface FsWriteFileResponse extends Out<typeof FsWriteFileResponse> {}
