Redoc.init(
  "/openapi.json",
  { hideDownloadButton: true, requiredPropsFirst: true },
  document.getElementById("documentation"),
);
