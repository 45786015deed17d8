/** The world as Leaflet draws it, from outlines of our own; a chunk that is loaded with the map. */
import {
  Browser,
  type DivIcon,
  divIcon,
  geoJSON,
  type LatLngBoundsExpression,
  layerGroup,
  type Map as LeafletMap,
  map as mapIn,
  marker,
  control,
  type GeoJSON as Outlines,
  tileLayer,
} from "leaflet";
import "leaflet/dist/leaflet.css";
import { geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import outlines from "world-atlas/countries-50m.json?url";

import { type Arc, type Box, type Place, type Sight, glowOf, widthOf } from "./places";

const FARTHEST = 1;
const CLOSEST = 9;
/** As close as one comes by itself: a country or two. */
const USUAL = 5;
const EARTH: LatLngBoundsExpression = [
  [-85, -180],
  [85, 180],
];

/** Degrees as they are, of outlines that are cut where the map ends: theirs go on beyond. */
const FLAT = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .precision(0)
  .reflectY(true);

export interface Said {
  zoomIn: string;
  zoomOut: string;
  ofPlace: (place: Place) => string;
  ofArc: (arc: Arc) => string;
}

export class Atlas {
  readonly #map: LeafletMap;
  readonly #arcs = layerGroup();
  readonly #places = layerGroup();
  readonly #outlines = layerGroup();
  #tiled = false;
  readonly #left = new AbortController();

  /** Draw into an element; `onLook` is told what is seen now, and whenever that changes. */
  constructor(
    element: HTMLElement,
    sight: Sight | undefined,
    private readonly said: Said,
    private readonly onArc: (arc: Arc) => void,
    onLook: (sight: Sight, box: Box) => void,
    /** Whether a wheel or a finger that passes over it moves the page, and not the map. */
    isPassed = false,
  ) {
    const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#map = mapIn(element, {
      minZoom: FARTHEST,
      maxZoom: CLOSEST,
      maxBounds: EARTH,
      maxBoundsViscosity: 1,
      attributionControl: false,
      zoomControl: false,
      // One that still runs when the page is left fails on the map that is gone.
      zoomAnimation: false,
      fadeAnimation: moves,
      inertia: moves,
      scrollWheelZoom: !isPassed,
      dragging: !(isPassed && Browser.mobile),
    });
    control.zoom({ zoomInTitle: said.zoomIn, zoomOutTitle: said.zoomOut }).addTo(this.#map);
    this.#map.on("moveend", () => onLook(this.#sight(), this.#box()));
    if (sight) this.#map.setView([sight.latitude, sight.longitude], sight.zoom);
    else this.#map.setView([25, 5], element.clientWidth > 700 ? 2 : FARTHEST);
    this.#outlines.addTo(this.#map);
    this.#arcs.addTo(this.#map);
    this.#places.addTo(this.#map);
    void this.#outline();
  }

  /** Show these and no others. */
  show(places: readonly Place[], arcs: readonly Arc[], isHot = false): void {
    this.#arcs.clearLayers();
    for (const arc of arcs) {
      geoJSON(arc as GeoJSON.Feature, { style: { className: "arc" } })
        .bindTooltip(text(this.said.ofArc(arc)), { sticky: true })
        .on("click", () => this.onArc(arc))
        .addTo(this.#arcs);
    }
    this.#places.clearLayers();
    const most = Math.max(0, ...places.map(({ properties }) => properties.sessions));
    for (const place of places) this.#put(place, isHot ? heatOf(place, most) : circleOf(place));
  }

  /** Lie on pictures of a tile server, in place of the outlines. */
  tile(url: string): void {
    if (this.#tiled) return;
    this.#tiled = true;
    // Whose server it is wants to know which site asks; it is told no more than that.
    tileLayer(url, { referrerPolicy: "origin" }).addTo(this.#map);
    this.#outlines.remove();
  }

  /** Come to where all of a box is seen. */
  fit([west, south, east, north]: Box, closest = USUAL): void {
    const box: LatLngBoundsExpression = [
      [south, west],
      [north, east],
    ];
    this.#map.fitBounds(box, { padding: [48, 48], maxZoom: closest });
  }

  remove(): void {
    this.#left.abort();
    this.#map.remove();
  }

  #put(place: Place, icon: DivIcon): void {
    const [longitude, latitude] = place.geometry.coordinates;
    const said = this.said.ofPlace(place);
    const spot = marker([latitude, longitude], { icon })
      .bindTooltip(text(said))
      .on("click", () => this.fit(place.bbox, Math.min(CLOSEST, this.#map.getZoom() + 3)))
      .addTo(this.#places);
    spot.getElement()?.setAttribute("aria-label", said);
  }

  async #outline(): Promise<void> {
    const { signal } = this.#left;
    const answer = await fetch(outlines, { signal }).catch(() => null);
    if (!answer?.ok) return; // places are told without it, too
    const world = (await answer.json()) as Topology<{ countries: GeometryCollection }>;
    if (signal.aborted) return;
    geoJSON(geoProject(feature(world, world.objects.countries), FLAT), {
      interactive: false,
      style: { className: "country" },
    }).addTo(this.#outlines);
    this.#outlines.eachLayer((layer) => (layer as Outlines).bringToBack());
  }

  #sight(): Sight {
    const { lat, lng } = this.#map.getCenter();
    return { zoom: this.#map.getZoom(), latitude: lat, longitude: lng };
  }

  /** What is seen and a quarter more, so that a small step shows what is known. */
  #box(): Box {
    const box = this.#map.getBounds().pad(0.25);
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }
}

/** A circle with how many sessions there were. */
function circleOf({ properties: { sessions, active } }: Place): DivIcon {
  const width = widthOf(sessions);
  return divIcon({
    className: active > 0 ? "place active" : "place",
    html: text(Intl.NumberFormat(undefined, { notation: "compact" }).format(sessions)),
    iconSize: [width, width],
  });
}

/** A glow, the wider the more sessions there were beside the busiest place. */
function heatOf({ properties: { sessions } }: Place, most: number): DivIcon {
  const width = glowOf(sessions, most);
  return divIcon({ className: "heat", iconSize: [width, width] });
}

/** Text as an element: Leaflet takes strings for HTML. */
function text(words: string): HTMLElement {
  const element = document.createElement("span");
  element.textContent = words;
  return element;
}
