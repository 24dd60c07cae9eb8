// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsReadFileResponse = { dataBase64: string, };
