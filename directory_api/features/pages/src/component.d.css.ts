// esbuild imports a style sheet as text (build.js).
declare const css: string;
export default css;
