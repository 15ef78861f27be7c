# Rscript stacked.R FOLDER: draws.csv -> r.csv, the change as R survey has it for the stacked file.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
draws <- read.csv(file.path(folder, "draws.csv"))
one <- function(rows, corrected) {
  rows$wave <- factor(rows$wave)
  design <- if (corrected) {
    svydesign(ids = ~member, strata = ~stratum, weights = ~weight, fpc = ~size, data = rows)
  } else {
    svydesign(ids = ~member, strata = ~stratum, weights = ~weight, data = rows)
  }
  means <- svyby(~y, ~wave, design, svymean, covmat = TRUE)
  change <- svycontrast(means, c(-1, 1))
  c(estimate = as.numeric(coef(change)), se = as.numeric(SE(change)), df = degf(design))
}
groups <- split(draws, list(draws$way, draws$variable, draws$draw), drop = TRUE)
out <- lapply(groups, function(rows) {
  both <- lapply(c(TRUE, FALSE), function(corrected) one(rows, corrected))
  data.frame(
    way = rows$way[1], variable = rows$variable[1], draw = rows$draw[1], corrected = c(TRUE, FALSE),
    do.call(rbind, both)
  )
})
out <- do.call(rbind, out)
out$package <- paste0("R survey ", packageVersion("survey"), " (R ", R.version$major, ".", R.version$minor, ")")
write.csv(out[order(out$way, out$variable, out$draw), ], file.path(folder, "r.csv"), row.names = FALSE)
