# Times bootstrapLavaan on two cores. Arguments: model file, data file, replicates, seed. Prints the seconds of the
# bootstrap alone (start of R and the fit itself are not in them), then the standard deviation of every free parameter.
suppressMessages(library(lavaan))
arguments <- commandArgs(TRUE)
RNGkind("L'Ecuyer-CMRG")
fit <- sem(paste(readLines(arguments[1]), collapse = "\n"), read.csv(arguments[2]))
seconds <- system.time(
  draws <- suppressWarnings(bootstrapLavaan(
    fit,
    R = as.integer(arguments[3]), parallel = "multicore", ncpus = 2, iseed = as.integer(arguments[4])
  ))
)[["elapsed"]]
free <- subset(parTable(fit), free > 0)
cat("seconds", seconds, sep = "\t")
cat("\n")
cat(paste(free$lhs, free$op, free$rhs, apply(draws, 2, sd), sep = "\t"), sep = "\n")
cat("\n")
