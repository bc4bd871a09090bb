# Times lavaan on the models listed in a tab-separated file: name, function, std.lv, n, sample.cov file, sample.mean file
# ("-" for none), model file. Prints name, seconds of the median of three fits with standard errors, and chi-squared.
suppressMessages(library(lavaan))
models <- read.delim(commandArgs(TRUE)[1], header = FALSE, stringsAsFactors = FALSE)
for (i in seq_len(nrow(models))) {
  row <- models[i, ]
  covariance <- as.matrix(read.csv(row$V5, check.names = FALSE))
  rownames(covariance) <- colnames(covariance)
  arguments <- list(
    model = paste(readLines(row$V7), collapse = "\n"),
    sample.cov = covariance,
    sample.nobs = row$V4,
    sample.cov.rescale = FALSE
  )
  if (row$V2 != "lavaan") arguments$std.lv <- as.logical(row$V3)
  if (row$V6 != "-") arguments$sample.mean <- setNames(as.numeric(read.csv(row$V6)[1, ]), colnames(covariance))
  repeats <- if (nrow(covariance) > 60) 1 else 3
  seconds <- numeric(repeats)
  for (k in seq_len(repeats)) {
    seconds[k] <- system.time(result <- suppressWarnings(do.call(row$V2, arguments)))[["elapsed"]]
  }
  cat(row$V1, median(seconds), fitMeasures(result, "chisq"), sep = "\t")
  cat("\n")
}
