print("ispy")
