// The states that opening_hours.js gives, as JSON: for each expression a list with, for each
// moment, the state and the time of the next change (milliseconds since 1970, or null), or null for
// an expression that it does not read. Usage: node evaluate.js questions.json

import { readFileSync } from "node:fs";
import OpeningHours from "opening_hours";

// It reads hours in the time zone of the process.
process.env.TZ = "Europe/Brussels";
const DAYS_AHEAD = 1;
const PLACE = { address: { country_code: "be" } };

const { expressions, moments } = JSON.parse(readFileSync(process.argv[2], "utf8"));

function stateAt(hours, moment) {
  const date = new Date(moment);
  const limit = new Date(moment + DAYS_AHEAD * 86_400_000);
  const next = hours.getNextChange(date, limit);
  return [hours.getStateString(date, true), next && next < limit ? next.getTime() : null];
}

const answers = expressions.map((expression) => {
  let hours;
  try {
    hours = new OpeningHours(expression, PLACE);
  } catch {
    return null;
  }
  return moments.map((moment) => stateAt(hours, moment));
});
process.stdout.write(JSON.stringify(answers));
