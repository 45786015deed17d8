/** What is used of a package that has no types of its own. */
declare module "d3-geo-projection" {
  import type { GeoProjection } from "d3-geo";

  export function geoProject<T extends GeoJSON.GeoJsonObject>(
    object: T,
    projection: GeoProjection,
  ): T;
}
