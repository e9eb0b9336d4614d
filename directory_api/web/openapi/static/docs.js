// validatorUrl null: otherwise Swagger UI sends the address of this server to a validator elsewhere.
SwaggerUIBundle({ url: "/openapi.yaml", dom_id: "#reference", validatorUrl: null, deepLinking: true, docExpansion: "list" });
