// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadUnsubscribeStatus = "notLoaded" | "notSubscribed" | "unsubscribed";
