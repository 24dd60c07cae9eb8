import type { TurnScope } from "../turn/turn-scope.ts";

export class TurnDiffTracker {
  emit(_turn: TurnScope): void {}
}
