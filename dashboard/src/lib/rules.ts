/** Rules as a form has them: what each type can be told, and what is sent. */
import type { Schemas } from "./api";

export type RuleType = Schemas["RuleType"];
type Action = Schemas["RuleView"]["actions"][number];

/** A parameter of a type, as its JSON Schema tells it. */
export interface Field {
  name: string;
  kind: "number" | "choice" | "switch" | "list";
  usual: unknown;
  whole: boolean;
  least?: number;
  most?: number;
  options: readonly string[];
}

export interface Draft {
  name: string;
  type: RuleType;
  severity: number;
  mode: Schemas["RuleMode"];
  enabled: boolean;
  config: Record<string, unknown>;
  scope: Record<string, string[]>;
  actions: Action[];
}

export const SCOPES = ["content_types", "libraries", "servers", "users", "groups"] as const;

interface Property {
  type?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
}

/** Return the parameters of a type, in their order. */
export function fieldsOf(type: Schemas["RuleTypeView"]): Field[] {
  const properties = (type.config["properties"] ?? {}) as Record<string, Property>;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    usual: property.default,
    whole: property.type === "integer",
    options: property.enum ?? [],
    ...(property.minimum !== undefined && { least: property.minimum }),
    ...(property.maximum !== undefined && { most: property.maximum }),
  }));
}

function kindOf({ type, enum: options }: Property): Field["kind"] {
  if (options) return "choice";
  if (type === "boolean") return "switch";
  return type === "array" ? "list" : "number";
}

/** Return a rule of a type that says nothing yet: the usual, in shadow, and that it warns. */
export function draftOf(type: Schemas["RuleTypeView"], name = ""): Draft {
  return {
    name,
    type: type.type,
    severity: type.severity,
    mode: "shadow",
    enabled: true,
    config: Object.fromEntries(fieldsOf(type).map((field) => [field.name, field.usual])),
    scope: {},
    actions: [{ type: "warn" }],
  };
}

/** Return a saved rule as a form changes it. */
export function draftFrom(rule: Schemas["RuleView"]): Draft {
  const { name, type, severity, mode, enabled, config, actions } = rule;
  const scope = rule.scope as Record<string, string[]>;
  return structuredClone({ name, type, severity, mode, enabled, config, scope, actions });
}

/** Return what is sent: a limit of the scope that was taken away is sent as an empty one. */
export function bodyOf(draft: Draft): Schemas["NewRule"] {
  const scope = Object.fromEntries(
    SCOPES.flatMap((each) => [each, `exclude_${each}`]).map((each) => [
      each,
      draft.scope[each] ?? [],
    ]),
  );
  return { ...draft, name: draft.name.trim(), scope } as Schemas["NewRule"];
}

/** Return the rules of a file that was exported; null where it holds none. */
export function rulesIn(text: string): Schemas["RuleImport"] | null {
  try {
    const read: unknown = JSON.parse(text);
    const data = Array.isArray(read) ? read : (read as { data?: unknown } | null)?.data;
    return Array.isArray(data) && data.length > 0 ? ({ data } as Schemas["RuleImport"]) : null;
  } catch {
    return null;
  }
}
