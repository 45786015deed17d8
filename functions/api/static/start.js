// The bundled Swagger UI reads OpenAPI 3.0, so it is given that form of the document.
SwaggerUIBundle({
  url: "/docs/openapi-3.0.json",
  dom_id: "#documentation",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // No validator badge: that would be a request to swagger.io.
  validatorUrl: null,
});
