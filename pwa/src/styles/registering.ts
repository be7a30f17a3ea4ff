/** The style sheet of the wizard comes with its screens: it would be a tenth of the page that everybody waits for. */
import rules from "./registering.css?inline";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`@layer screens { ${rules} }`);
document.adoptedStyleSheets.push(sheet);
