/** What each view of the statistics is asked. */
import type { Interval, Period } from "../../lib/period";

export interface Asked {
  period: Period;
  /** How the period is cut where that is drawn. */
  interval: Interval;
}
