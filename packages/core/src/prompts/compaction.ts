/** Asks the model to write the hand-over note from which it will go on after its history was replaced. */
export const COMPACT_PROMPT = `The conversation is about to be replaced by a note, because it no longer fits. Write that note now, for yourself: you will go on with nothing but it and the user's own messages.

Cover, in this order:
1. the task as the user wants it now, with every constraint and preference they stated;
2. what has been done, and what was learnt (decisions and why, facts about the code, paths, commands that work);
3. the exact present state: files changed, what passes, what fails, anything still running;
4. what to do next, concretely.

Be complete about facts and brief about everything else. Do not call tools.`;

/** Opens a summary in the history. It also tells a summary from a real user message. */
export const SUMMARY_PREFIX =
  "The earlier part of this conversation was replaced by the following hand-over note, written by the model that worked on the task before. Build on it and do not repeat finished work:";

export const NO_SUMMARY = "(no summary available)";

export const COMPACTION_WARNING =
  "Heads up: long threads and repeated compactions make the model less accurate. Start a new thread when you can, to keep threads small and targeted.";
