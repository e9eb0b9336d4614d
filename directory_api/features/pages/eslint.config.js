import globals from "globals";

export default [
  { ignores: ["static/", "types/"] },
  {
    files: ["src/**/*.js"],
    languageOptions: { ecmaVersion: 2022, globals: globals.browser },
  },
  {
    files: ["*.js", "test/**/*.js"],
    languageOptions: { ecmaVersion: 2023, globals: globals.node },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      complexity: ["error", 12],
      "consistent-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "max-len": ["error", { code: 100, ignoreUrls: true }],
      "max-lines": ["error", { max: 450, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-constant-condition": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-shadow": "error",
      "no-undef": "error",
      "no-unreachable": "error",
      "no-unused-vars": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
];
