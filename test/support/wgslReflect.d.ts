/** The package's `main` is CommonJS under `"type": "module"`, which Node refuses; its ES module is named by file. */
declare module "wgsl_reflect/wgsl_reflect.module.js" {
  export * from "wgsl_reflect";
}
