# Times OpenMx on models in RAM form. Arguments: a folder, then the names of the models. For each, NAME.size.csv holds n and
# p; NAME.A.csv and NAME.S.csv rows of row, column, parameter (0 for fixed), value; NAME.observed.csv the places of the
# observed variables; NAME.sample.csv S. Prints name, seconds of the median of three runs with standard errors, and n·F.
suppressMessages(library(OpenMx))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
for (name in arguments[-1]) {
  table <- function(part) {
    file <- file.path(folder, paste(name, part, "csv", sep = "."))
    if (file.size(file) == 0) matrix(0, 0, 4) else as.matrix(read.csv(file, header = FALSE))
  }
  size <- table("size")
  n <- size[1]
  p <- size[2]
  observed <- as.vector(table("observed"))
  variables <- paste0("v", seq_len(p))
  sample <- table("sample")
  dimnames(sample) <- list(variables[observed], variables[observed])
  filled <- function(entries, symmetric, matrixName) {
    values <- matrix(0, p, p)
    labels <- matrix(NA_character_, p, p)
    free <- matrix(FALSE, p, p)
    for (e in seq_len(nrow(entries))) {
      at <- rbind(entries[e, 1:2], if (symmetric) entries[e, 2:1])
      values[at] <- entries[e, 4]
      if (entries[e, 3] > 0) {
        free[at] <- TRUE
        labels[at] <- paste0("t", entries[e, 3])
      }
    }
    mxMatrix(if (symmetric) "Symm" else "Full", p, p, free = free, values = values, labels = labels,
      dimnames = list(variables, variables), name = matrixName)
  }
  filter <- matrix(0, length(observed), p, dimnames = list(variables[observed], variables))
  filter[cbind(seq_along(observed), observed)] <- 1
  model <- mxModel(name,
    filled(table("A"), FALSE, "A"), filled(table("S"), TRUE, "S"),
    mxMatrix("Full", values = filter, dimnames = dimnames(filter), name = "F"),
    mxExpectationRAM("A", "S", "F"), mxFitFunctionML(),
    # OpenMx takes the divisor of a covariance matrix to be n - 1.
    mxData(sample * n / (n - 1), type = "cov", numObs = n))
  repeats <- if (p > 40) 1 else 3
  seconds <- numeric(repeats)
  for (k in seq_len(repeats)) {
    seconds[k] <- system.time(result <- suppressMessages(suppressWarnings(mxRun(model, silent = TRUE))))[["elapsed"]]
  }
  sigma <- attr(result$fitfunction$result, "expCov")
  if (is.null(sigma)) sigma <- mxGetExpected(result, "covariance")
  discrepancy <- determinant(sigma)$modulus + sum(diag(sample %*% solve(sigma))) -
    determinant(sample)$modulus - nrow(sample)
  cat(name, median(seconds), n * discrepancy, sep = "\t")
  cat("\n")
}
