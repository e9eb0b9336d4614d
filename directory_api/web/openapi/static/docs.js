// With validatorUrl null, Swagger UI does not send this server's address to an external validator.
SwaggerUIBundle({ url: "/openapi.yaml", dom_id: "#reference", validatorUrl: null, deepLinking: true, docExpansion: "list" });
