# Ordered logits of the study ospo-2019 by MASS::polr, from the raw export itself.
#
#   Rscript polr.R path/to/2019_results.csv > expected.json
#
# Independent of the package: file, rows and levels are read anew here.
library(MASS)

path <- commandArgs(trailingOnly = TRUE)[1]
cells <- read.csv(path, header = FALSE, skip = 1, colClasses = "character",
                  encoding = "UTF-8", check.names = FALSE)
asked <- as.character(cells[1, ])
body <- cells[-(1:2), ]
# Curly apostrophes and no-break spaces: "Don't know" is spelled in two ways.
bare <- function(text) trimws(gsub("\u00a0", " ", gsub("\u2019", "'", text)))
column <- function(begins) {
  at <- which(startsWith(bare(asked), begins))
  stopifnot(length(at) == 1)
  bare(body[[at]])
}
levelled <- function(text, levels) unname(levels[text])

programme <- column("Does your company have an open source program (either")
release <- levelled(
  column("How often does your average application development team release"),
  c("Less than once a month" = 0, "Monthly" = 1, "Weekly" = 2, "Daily" = 3, "Hourly" = 4))
age <- levelled(
  column("How long ago was the program established"),
  c("0-2 years" = 1.5, "3-5 years" = 4.5, "6-10 years" = 8.5, "More than 10 years" = 12.5))
critical <- 6 - as.numeric(substr(column("On a scale of 1-5, how business-critical"), 1, 1))
duplicate <- column("Exclude from Company-related Questions") != ""
step <- levelled(programme, c("No" = 0, "No, but planning one" = 1, "Yes" = 2))

fitted <- function(outcome, predictor, rows) {
  rows <- rows & !is.na(outcome) & !is.na(predictor)
  data <- data.frame(y = factor(outcome[rows], ordered = TRUE), x = predictor[rows])
  fit <- polr(y ~ x, data = data, Hess = TRUE, method = "logistic",
              control = list(reltol = 1e-14, maxit = 1000))
  list(n = sum(rows), slope = unname(coef(fit)), cuts = unname(fit$zeta),
       std_error = unname(sqrt(diag(vcov(fit)))[1]), log_likelihood = as.numeric(logLik(fit)))
}
number <- function(values) paste(sprintf("%.12g", values), collapse = ", ")
shown <- function(name, fit) sprintf(
  '  "%s": {"n": %d, "slope": %s, "std_error": %s, "cuts": [%s], "log_likelihood": %s}',
  name, fit$n, number(fit$slope), number(fit$std_error), number(fit$cuts),
  number(fit$log_likelihood))

yes <- programme == "Yes"
first <- !duplicate
models <- list(
  "programme ~ speed_release" = fitted(step, release, first),
  "criticality ~ age_programme" = fitted(critical, age, first & yes),
  "criticality ~ speed_release" = fitted(critical, release, first & yes))
both <- !is.na(critical) & !is.na(age) & !is.na(release)
counts <- c(
  with_duplicates_programme_speed = sum(!is.na(step) & !is.na(release)),
  criticality_age_and_speed = sum(first & yes & both),
  with_duplicates_criticality_age_and_speed = sum(yes & both),
  marked_duplicate = sum(duplicate), rows = nrow(body))
cat("{\n", paste(c(
  sprintf('  "made_with": "%s, MASS %s"', R.version.string, packageVersion("MASS")),
  mapply(shown, names(models), models),
  sprintf('  "%s": %d', names(counts), counts)), collapse = ",\n"), "\n}\n", sep = "")
