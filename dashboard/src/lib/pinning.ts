/** Where somebody says that a network is. */
import type { Schemas } from "./api";

/** As it stands in a form: an empty number is null, or undefined as browsers bind it. */
export interface Given {
  country: string;
  city: string;
  latitude: number | null | undefined;
  longitude: number | null | undefined;
}

/** Return the place as the API takes it; null where nothing is said, so that it is looked up. */
export function placeGiven(given: Given): Schemas["PlaceGiven"] | null {
  const country = given.country.trim().toUpperCase();
  const city = given.city.trim();
  const { latitude, longitude } = given;
  if (!country && !city && latitude == null && longitude == null) return null;
  return {
    ...(country && { country }),
    ...(city && { city }),
    ...(latitude != null && { latitude }),
    ...(longitude != null && { longitude }),
    // How exact it is the API assumes by itself; its types ask for it all the same.
  } as Schemas["PlaceGiven"];
}
