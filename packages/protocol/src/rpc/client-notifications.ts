import { noParams } from "../wire/index.ts";
import { notification } from "./entries.ts";

/** Every notification a client can send. */
export const clientNotifications = {
  initialized: notification(noParams),
} as const;
