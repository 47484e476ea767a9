import { colorDeclarations, darkColors, lightColors } from "./colors.ts";
import { Markup } from "./markup.ts";

/** What the page looks like: on a phone, on a desk, in the dark, on paper. */
export const pageStyle: Markup = new Markup(`
:root{color-scheme:light dark;${colorDeclarations(lightColors)}}
@media (prefers-color-scheme:dark){:root{${colorDeclarations(darkColors)}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:52rem;background:var(--background);color:var(--text);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .5rem}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem}
p{margin:.5rem 0}
.kicker,footer,figcaption,caption,dt,summary{color:var(--faint)}
.kicker,footer{font-size:.875rem}
footer{margin-top:3rem;border-top:1px solid var(--grid);padding-top:.5rem}
figure{margin:1.25rem 0}
figcaption,caption{font-size:.9rem;text-align:left;padding-bottom:.35rem}
svg{display:block;width:100%;height:auto}
.narrow{display:none}
details{margin-top:.4rem;font-size:.9rem}
summary{cursor:pointer}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem 1.25rem;margin:1.25rem 0 .75rem}
.figures div{border-top:2px solid var(--grid);padding-top:.35rem}
.figures dt{font-size:.85rem}
.figures dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}
.figures div:first-child{border-color:var(--accuracy)}
.nowrap{white-space:nowrap}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .75rem .2rem 0;text-align:left;vertical-align:top;font-weight:400}
th[scope=row]{color:var(--faint);white-space:nowrap}
.scroll{overflow-x:auto}
.matrix{border-spacing:2px;border-collapse:separate;font-size:.85rem;margin:.5rem 0}
.matrix th,.matrix td{text-align:center;padding:.3rem .2rem;min-width:2.1rem;color:var(--faint);white-space:nowrap;overflow-wrap:normal}
.matrix td.right,.matrix td.wrong{color:var(--text)}
.matrix td.right{background:color-mix(in srgb,var(--accuracy) var(--share),transparent)}
.matrix td.wrong{background:color-mix(in srgb,var(--loss) var(--share),transparent)}
.matrix td.deep{color:var(--background)}
.numbers td,.numbers th[scope=col]:not(:first-child){text-align:right}
.numbers th[scope=col]{color:var(--faint);font-size:.9rem}
.beside{display:flex;flex-wrap:wrap;gap:0 2rem}.beside figure{flex:0 1 auto;min-width:0;max-width:100%}.beside figcaption{max-width:24rem}.beside figure:last-child figcaption{max-width:18rem}
ul{list-style:none;margin:0;padding:0}
img{image-rendering:pixelated;display:block}
.weights{display:grid;grid-template-columns:repeat(auto-fill,minmax(4.25rem,1fr));gap:.4rem;margin-top:.6rem}
.weights.kernels{grid-template-columns:repeat(auto-fill,minmax(2.25rem,1fr))}
.weights img{width:100%;height:auto;border:1px solid var(--grid)}
.key{font-weight:600}
.key.positive{color:var(--loss)}
.key.negative{color:var(--accuracy)}
.mistakes{display:grid;margin-top:.75rem;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:1.25rem 1rem}
.mistakes figure{margin:0}
.mistakes img{width:100%;max-width:9.5rem;height:auto;border:1px solid var(--grid)}
.mistakes figcaption{color:var(--text);padding:.3rem 0 .1rem}
.bars{width:100%;max-width:9.5rem;font-size:.8rem;table-layout:fixed}
.bars th,.bars td{padding:.05rem 0;vertical-align:middle}
.bars th{width:2.6rem;overflow:hidden;text-overflow:ellipsis}
.bars td:last-child{width:3.4rem;text-align:right}
.bar{display:block;height:.6rem;min-width:1px}
.bar.right{background:var(--accuracy)}
.bar.wrong{background:var(--loss)}
pre{overflow-x:auto;padding:.6rem .75rem;border:1px solid var(--grid);border-radius:4px;font-size:.85rem;white-space:pre-wrap}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem 2rem;font-size:.9rem}
.columns table{align-self:start}
@media (max-width:36rem){
.wide{display:none}.narrow{display:block}
h1{font-size:1.5rem}
.matrix{font-size:.75rem;border-spacing:1px}.matrix th,.matrix td{padding:.25rem .1rem;min-width:1.7rem}
.weights{grid-template-columns:repeat(5,1fr)}.mistakes{grid-template-columns:repeat(3,1fr);gap:1rem .75rem}
.mistakes{font-size:.85rem}.bars{font-size:.7rem}.bars th{width:1.8rem}.bars td:last-child{width:2.7rem}
}
@media screen and (prefers-color-scheme:dark){.mistakes img,.weights img{border-color:transparent;filter:invert(1)}.weights img{filter:invert(1) hue-rotate(180deg)}}
@media print{
:root{color-scheme:light;${colorDeclarations(lightColors)}}
body{max-width:none;padding:0;font-size:11pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.wide{display:block}.narrow{display:none}
figure,li,tr,.matrix{break-inside:avoid}h2{break-after:avoid}
details:not([open]){display:none}
.weights{grid-template-columns:repeat(10,1fr)}.mistakes{grid-template-columns:repeat(5,1fr)}
}
`);
