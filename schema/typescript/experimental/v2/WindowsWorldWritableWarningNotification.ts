// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WindowsWorldWritableWarningNotification = { samplePaths: Array<string>, extraCount: number, failedScan: boolean, };
