# Variance of specr's 192 estimates by choice, with lme4's stopping rule tightened: its default
# (ftol_abs 1e-8) stops 8e-10 short in deviance, which is 5e-6 in a share.
#     Rscript icc.R <shared>/reference/specr_curve/specs.csv > expected.json
suppressPackageStartupMessages(library(lme4))
specs <- read.csv(commandArgs(TRUE)[1])
control <- lmerControl(
  optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-15, maxeval = 1e6)
)
fit <- suppressMessages(lmer(
  estimate ~ 1 + (1 | x) + (1 | y) + (1 | controls) + (1 | subsets), specs, control = control
))
found <- as.data.frame(VarCorr(fit))
shares <- sprintf('"%s": %.12g', found$grp, found$vcov / sum(found$vcov))
cat('{\n  "made_with": "', R.version.string, ", lme4 ", as.character(packageVersion("lme4")),
  '",\n  ', paste(shares, collapse = ",\n  "), "\n}\n", sep = "")
