/** What each view of the statistics is asked. */
import type { Interval } from "../../lib/period";
import type { Question } from "../../lib/question";

export interface Asked {
  question: Question;
  /** How its time is cut where that is drawn. */
  interval: Interval;
}
