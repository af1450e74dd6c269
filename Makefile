# Every target is one command of ours, so that CI and a person run the same thing. `make` alone prints them.
#   STACK  a directory of infra/stacks      MODEL  a directory of models (default: the stack's name)
#   ENV    env/<ENV>.tfvars of the stack    ON     local: the stage on this machine; aws: your own account
#   ARGS   goes to the command, which explains its own: make plan ARGS=--help
#   FILE   rows for `make predict`          VIA    which way: api, lambda, boto3 or sagemaker-sdk
#   QUERY  a saved query that `make query` runs
#   NAME   a model that `make new-model` makes of FILE, to predict its column TARGET
#   BASE   the git ref that `make api-diff` compares with
#   ACCOUNT  settings that `make bootstrap` takes      ID  the lock that `make unlock` releases
#   PYTHON   the interpreter that .venv is made with
STACK := bike-rental
MODEL := $(STACK)
ENV   := dev
ON    := local
VIA   := api
BASE  := origin/main
FILE  :=
QUERY :=
NAME  :=
ACCOUNT := main
ID    :=
TARGET :=
ARGS  :=

# A misspelt variable would be passed over in silence, and the default stack be worked on.
# Below another make its variables arrive here too, so there nothing is refused.
variables := STACK MODEL ENV ON ARGS FILE QUERY VIA NAME TARGET BASE ACCOUNT ID PYTHON
given     := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
unknown   := $(filter-out $(variables) -*-command-variables-*-,$(given))
$(if $(and $(unknown),$(filter 0,$(MAKELEVEL))),$(error no variable is called $(unknown); there are $(variables)))
# One that is given empty, or with a space in it, would be passed on as no name, or as two.
no_name   := $(firstword $(foreach name,STACK MODEL ENV VIA BASE ACCOUNT,$(if $(filter-out 1,$(words $($(name)))),$(name))))
$(if $(no_name),$(error $(no_name) is one name, not '$($(no_name))'; left out, it is the default that `make` shows))
ways := api lambda boto3 sagemaker-sdk
$(if $(filter $(ways),$(VIA)),,$(error VIA is one of $(ways), not '$(VIA)'))
$(if $(filter local aws,$(ON)),,$(error ON is local (the stage on this machine) or aws (your account), not '$(ON)'))

VENV   := .venv
PY     := $(VENV)/bin/python
build  := build
caches := $(CURDIR)/build/cache
trainable := $(patsubst models/%/train.py,%,$(wildcard models/*/train.py))
where  := --stack $(STACK) --env $(ENV) --on $(ON)

# Nothing is written outside build/ and the virtual environment.
export PYTHONPATH := $(CURDIR)/lambda:$(CURDIR)
export PYTHONPYCACHEPREFIX := $(caches)/pycache
export PIP_CACHE_DIR ?= $(caches)/pip
export MPLCONFIGDIR := $(caches)/matplotlib
export HYPOTHESIS_STORAGE_DIRECTORY := $(caches)/hypothesis
export CHECKPOINT_DISABLE := 1
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PYTHONHOME

# A stamp's name carries the content of what was installed: a warm run costs one cksum.
stamp = $(VENV)/.installed/$(1)-$(shell cat $(2) scripts/toolchain/install.sh 2>/dev/null | cksum | cut -d' ' -f1)
locked = $(foreach set,build $(1) data,requirements/$(set).txt)
TEST    := $(call stamp,test,$(call locked,test data-models))
ALONE   := $(call stamp,demo,$(call locked,demo))
DEMO    := $(or $(wildcard $(TEST)),$(ALONE))
CHECKOV := $(build)/checkov-venv/.installed-$(shell cksum < requirements/checkov.txt | cut -d' ' -f1)
LOCK    := $(build)/lock-venv/.installed-$(shell cksum < requirements/lock.txt | cut -d' ' -f1)
SDK     := $(build)/sagemaker-sdk-venv/.installed-$(shell cksum < requirements/sagemaker-sdk.txt | cut -d' ' -f1)
NEWMAN  := $(build)/newman/.installed-$(shell cksum < tests/e2e/newman/package-lock.json | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: demo up down stage-status new-model train package openapi plan cost apply smoke-test rollback \
  output destroy access predict postman doctor logs query metrics drift unlock bootstrap targets plan-summary \
  api-diff tell-github test test-slow check fmt bench lock sagemaker-sdk newman clean help

##@ Try it

demo: $(DEMO) ## train, package, deploy and call a model on this machine: no account, no Docker
	@$(PY) -m scripts.demo $(ARGS)

up: $(DEMO) ## start the local stage (AWS on loopback)
	@$(PY) -m scripts.local_stage up $(ARGS)

down: $(DEMO) ## stop the local stage and remove what it holds
	@$(PY) -m scripts.local_stage down $(ARGS)

stage-status: $(DEMO) ## is the local stage up, where, and what runs on it
	@$(PY) -m scripts.local_stage status $(ARGS)

##@ A model

new-model: $(DEMO) ## draft model and stack NAME from FILE, to predict TARGET (ARGS=--dry-run)
	@$(PY) -m scripts.new_model "$(NAME)" --data "$(FILE)" --target "$(TARGET)" $(ARGS)

# scikit-learn, which these two train with, and the flights are among the tests' packages.
train: $(if $(filter breast-cancer flight-delay,$(MODEL)),$(TEST),$(DEMO)) ## fit MODEL and write build/MODEL/model.tar.gz
	@$(if $(wildcard models/$(MODEL)/train.py),,$(error no models/$(MODEL)/train.py; models that train: $(trainable)))\
	  $(PY) models/$(MODEL)/train.py $(ARGS)

package: $(DEMO) ## build the zip of MODEL's function for ON
	@$(PY) -m scripts.package $(MODEL) $(if $(filter local,$(ON)),--target local) $(ARGS)

openapi: $(DEMO) ## render build/MODEL/openapi.json from the contract
	@$(PY) -m scripts.openapi $(MODEL) $(ARGS)

##@ A stack

plan: $(DEMO) ## what `make apply` would change; kept for ARGS=--saved-plan
	@$(PY) -m scripts.stack plan $(where) $(ARGS)

cost: $(DEMO) ## what STACK would cost a month, before it is applied (ARGS='--requests 5e6')
	@$(PY) -m scripts.cost $(where) $(ARGS)

apply: $(DEMO) ## create or update STACK in ENV (asks first when ON=aws)
	@$(PY) -m scripts.stack apply $(where) $(ARGS)

smoke-test: $(DEMO) ## prove that this very revision of STACK is live and right
	@$(PY) -m scripts.smoke_test $(where) $(ARGS)

rollback: $(DEMO) ## lead STACK back to what a smoke test proved last (ARGS=--list, --previous)
	@$(PY) -m scripts.rollback $(where) $(ARGS)

output: $(DEMO) ## the outputs of STACK, as JSON
	@$(PY) -m scripts.stack output $(where) $(ARGS)

destroy: $(DEMO) ## remove STACK of ENV (asks first when ON=aws)
	@$(PY) -m scripts.stack destroy $(where) $(ARGS)

##@ Its clients

access: $(DEMO) ## URL and key of STACK: eval "$(make -s access STACK=…)"
	@$(PY) -m scripts.stack access $(where) $(ARGS)

predict: $(DEMO) ## predict the rows of FILE, VIA api, lambda, boto3 or sagemaker-sdk
	@$(PY) -m scripts.predict $(where) --via $(VIA) $(FILE) $(ARGS)

postman: $(DEMO) ## a Postman collection of STACK that tests its answers (ARGS=--run runs it)
	@$(PY) -m scripts.postman $(where) $(ARGS)

##@ On call

doctor: $(DEMO) ## what is wrong with checkout, tools, account and STACK, and how to mend it
	@$(PY) -m scripts.doctor $(where) $(ARGS)

logs: $(DEMO) ## follow what function and API log (ARGS='--no-follow --since 1h --grep TEXT')
	@$(PY) -m scripts.logs $(where) $(ARGS)

query: $(DEMO) ## run the saved query QUERY over STACK's logs, or list them (ARGS='--since 3h')
	@$(PY) -m scripts.query $(where) $(QUERY) $(ARGS)

metrics: $(DEMO) ## requests, rows, latency and errors by code (ARGS='--since 1h --json')
	@$(PY) -m scripts.metrics $(where) $(ARGS)

drift: $(DEMO) ## does what is deployed differ from the commit; exit code 2 when it does
	@$(PY) -m scripts.stack drift $(where) $(ARGS)

unlock: $(DEMO) ## release the lock ID, which a killed run left on the state of STACK
	@$(PY) -m scripts.unlock $(ID) $(where) $(ARGS)

##@ An account and its pipelines

bootstrap: $(DEMO) ## once an account: state bucket and pipelines' roles, by ACCOUNT's settings
	@$(PY) -m scripts.bootstrap --account $(ACCOUNT) --on $(ON) $(ARGS)

targets: $(DEMO) ## stacks and their environments as JSON, for a matrix
	@$(PY) -m scripts.stack targets $(ARGS)

plan-summary: $(DEMO) ## what the saved plan means, as markdown for a pull request
	@$(PY) -m scripts.plan_summary $(where) $(ARGS)

api-diff: $(DEMO) ## what breaks clients of MODEL's API since BASE, a git ref, and what doesn't
	@$(PY) -m scripts.api_diff $(MODEL) --base $(BASE) $(ARGS)

tell-github: ## a pipeline's comment or issue, from the parts that its jobs left
	@$(if $(ARGS),,$(error tell-github takes what to tell in ARGS: make tell-github ARGS=--help))\
	  python3 -m scripts.tell_github $(ARGS)

##@ This project

test: $(TEST) ## unit, functional, infra and e2e tests
	@$(PY) -m pytest -n 3 --dist loadgroup -m 'not slow' $(ARGS)

test-slow: $(TEST) ## those that roll out, roll back, start another account; CI runs them beside
	@$(PY) -m pytest -n 2 --dist loadgroup -m slow $(ARGS)

check: $(TEST) $(CHECKOV) ## lint, types, terraform fmt and validate, security scan; writes nothing
	@$(PY) -m scripts.check $(ARGS)

fmt: $(TEST) ## format Python and Terraform files, write what is generated
	@$(PY) -m scripts.check --fix $(ARGS)

bench: $(TEST) $(SDK) ## measure handler, cold start, local stage; table and plot in build/bench
	@$(PY) -m tests.perf $(ARGS)

lock: $(LOCK) ## compile requirements/*.in to the hash-locked *.txt (ARGS=--upgrade)
	@sh scripts/toolchain/lock.sh $(build)/lock-venv/bin/uv $(ARGS)

sagemaker-sdk: $(SDK) ## install the SageMaker SDK, one of predict's ways (in build/, 212 MB)

newman: $(NEWMAN) ## install newman, which runs Postman collections (in build/, 63 MB; needs npm)

clean: ## stop the local stage and remove build/ (keeps .venv)
	@for stage in $(notdir $(wildcard build/local/*)); do $(PY) -m scripts.local_stage down --name "$$stage"; done
	@rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  \033[36mmake %-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n%s\n%s\n' "Variables: STACK=$(STACK) MODEL=$(MODEL) ENV=$(ENV) ON=$(ON) (local or aws)" \
	  "ARGS goes to the command: make plan ARGS=--help explains it"

$(ALONE):
	@sh scripts/toolchain/install.sh $(VENV) demo $@

$(TEST):
	@sh scripts/toolchain/install.sh $(VENV) test $@

$(CHECKOV):
	@sh scripts/toolchain/install.sh $(build)/checkov-venv checkov $@

$(LOCK):
	@sh scripts/toolchain/install.sh $(build)/lock-venv lock $@

$(SDK):
	@sh scripts/toolchain/install.sh $(build)/sagemaker-sdk-venv sagemaker-sdk $@

$(NEWMAN):
	@sh scripts/toolchain/install_node_tool.sh newman $(build)/newman $@
